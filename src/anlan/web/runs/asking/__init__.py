"""What a study is asked, as questions with ordinary fields; each answer is written as the study takes it.

`limits`, `hours`, `rates`, `budgets`: one kind of question each. `known`: what the application knows.
"""
