"""The domain types.

`estate` (what exists), `policy` (what people want), `platform` (what a target offers), `finding`,
`constraint`, `plan` (the answers), `verification` (what a replay found) and `codec` (to and from JSON).
"""
