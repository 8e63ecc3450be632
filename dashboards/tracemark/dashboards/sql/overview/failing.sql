{{obligations/failing}}
