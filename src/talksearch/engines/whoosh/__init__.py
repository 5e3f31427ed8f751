"""The engine on Whoosh 2.7.4. Import ``WhooshEngine`` from ``.engine``, when it is needed:
importing Whoosh takes 60 ms."""
