PIXEL_MARK = "<!--open-pixel-->"
