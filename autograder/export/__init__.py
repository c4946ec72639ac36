"""What other platforms take: a Gradescope autograder, the results of GitHub Classroom's graders."""
