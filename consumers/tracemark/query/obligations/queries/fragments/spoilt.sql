label_state IN ('missing', 'altered', 'forged', 'hidden')
