"""Tests of the forms as plain objects."""
