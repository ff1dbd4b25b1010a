"""Mention and candidates to a resolution: the place that is meant, and how sure that is."""

from geo.resolver.resolver import RankingResolver

__all__ = ["RankingResolver"]
