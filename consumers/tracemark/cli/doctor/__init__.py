"""`tracemark doctor`: one finding for each thing that can be wrong, each with its remedy.

A check never raises for what it looks for: what cannot be asked is a finding, too.
"""
