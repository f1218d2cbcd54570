"""stub"""
from figures.book import markup as m
def page(sources): return m.title("Questions")
