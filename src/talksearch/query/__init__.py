"""What is asked: the tree (``nodes``) and the language it is typed in (``parser``)."""
