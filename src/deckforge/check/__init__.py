"""Static rules over the model: small functions of one shape in a visible, ordered table. Executes nothing."""
