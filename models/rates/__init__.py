"""Topic `rates` on torch modules.

- `networks` written ReLU networks
- `arms` the networks that estimate · `study` one run · `plan` which runs, `criteria` what comes of them, `command` at
  the prompt
"""
