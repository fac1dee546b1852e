"""Tests of the bulk send and of the reports."""
