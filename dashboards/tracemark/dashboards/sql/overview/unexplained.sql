{{pipeline/unexplained}}
