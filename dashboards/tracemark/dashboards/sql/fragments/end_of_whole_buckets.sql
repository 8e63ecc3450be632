if($__interval_s % 3600 = 0, {{end_of_whole_hours}}, {{first_whole_hour}})
