/** Documents in words and pictures: the terminal, Markdown, CSV, report.html. */
