"""The forms in a real browser: JupyterLab and Voila."""
