"""Reads the Excel plans of key accounts and sales partners and writes the quarterly reviews."""
