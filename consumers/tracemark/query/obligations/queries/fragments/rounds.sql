arrayMap(m -> m.1, arrayFilter(
            (m, n) -> n = 1 OR m.2 = 'reopened' OR arrayExists(c -> c >= marks[n - 1].1 AND c <= m.1, closed),
            marks, arrayEnumerate(marks)
        ))
