arrayMap(mark -> mark.1, arrayFilter(
            (mark, number) -> number = 1 OR mark.2 = 'reopened' OR arrayExists(end -> end >= marks[number - 1].1 AND end <= mark.1, closed),
            marks, arrayEnumerate(marks)
        )) AS begun,
        if(empty(begun), [min(occurred_at)], begun) AS starts
