{{obligations/passing}}
