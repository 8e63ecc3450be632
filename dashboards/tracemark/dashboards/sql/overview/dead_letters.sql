{{pipeline/dead_letters}}
