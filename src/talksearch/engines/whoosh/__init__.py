"""The engine on Whoosh 2.7.4. Import ``WhooshEngine`` from ``.engine``, when it is needed."""
