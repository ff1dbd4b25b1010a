"""Mention and candidates to a resolution: the place that is meant, and how sure that is."""

from geo.resolver.hints import home_of
from geo.resolver.relations import exact_only, with_relations
from geo.resolver.resolver import RankingResolver

__all__ = ["RankingResolver", "exact_only", "home_of", "with_relations"]
