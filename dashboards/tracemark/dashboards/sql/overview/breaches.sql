{{obligations/breaches}}
