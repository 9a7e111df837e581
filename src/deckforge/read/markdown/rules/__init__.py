"""How each kind of event is rendered: one family a module, each with its `HANDLERS` by kind."""
