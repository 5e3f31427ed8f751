"""talksearch"""
