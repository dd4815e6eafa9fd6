"""The project's figures: data in, `gallery.Chart` out; all in the look of `style`."""
