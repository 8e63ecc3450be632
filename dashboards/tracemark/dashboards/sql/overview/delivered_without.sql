{{labels/delivered_without}}
