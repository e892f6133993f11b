"""Plan to text: the files of a project, in memory."""
