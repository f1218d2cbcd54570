"""Topic `selection` on torch modules; networks with written weights: `models.constructed`.

- `softmax`, `pooling`, `kernels`, `codes`, `blind`, `look_up`, `importance`, `states`, `counting`: witnesses
- `descent` the loop of the small ones
- `arms` the architectures that are compared · `problems` on what · `study` one run · `occlusion` which tokens mattered
- `plan` which runs, `criteria` and `table` what comes of them, `command` at the prompt
- `found` training from and towards a constructed network · `resources` what the constructed networks cost

Experiments are a frozen `Config` and `measure(config)` in a room of their own.
"""
