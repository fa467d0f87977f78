from designer.api.base import blueprint

bp = blueprint("prompts")
