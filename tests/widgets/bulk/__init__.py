"""Tests of the form that sends a whole table, as a plain object."""
