"""What is asked: the tree (``nodes``, ``tree``) and the language it is typed in (``parser``)."""
