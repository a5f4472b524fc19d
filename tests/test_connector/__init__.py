from . import components, functions, models
