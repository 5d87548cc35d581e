"""The verbs of the command line, one function each: parse, call, print.

A module is imported when one of its verbs is asked for: all stages together take longer to import than a small estate
to read.
"""
