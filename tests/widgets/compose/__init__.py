"""Tests of the form that writes and sends one message, as a plain object."""
