"""Tests of greenapi_nb."""
