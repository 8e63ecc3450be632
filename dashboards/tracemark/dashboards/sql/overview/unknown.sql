{{obligations/unknown}}
