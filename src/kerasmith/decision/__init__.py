"""Sequential or Functional: the structure of a model, the rules, the decision."""
