"""What bounds a plan. One rail a file; `table.RAILS` is the panel, `judge` hears it."""
