# /// script
# [tool.marimo.display]
# theme = "system"
# ///
"""The page of one topic: marimo's cells, which only hand values from the controls to the records and back."""

import marimo

app = marimo.App(width="medium", app_title="ssm-theorems: explore")


@app.cell
def _():
    import marimo as mo

    from figures.explorer import EXPLORATIONS, job, markup, script, widgets

    request = mo.app_meta().request
    topic = request.meta["topic"] if request else EXPLORATIONS[0].topic
    own = {one.name: one for one in EXPLORATIONS if one.topic == topic}
    given = mo.query_params().to_dict()
    get_report, put_report = mo.state(job.NOTHING)
    desk = job.Desk(put_report)
    return EXPLORATIONS, desk, get_report, given, markup, mo, own, script, topic, widgets


@app.cell
def _(EXPLORATIONS, given, markup, mo, own, topic, widgets):
    titles = {one.title: one.name for one in own.values()}
    asked = given.get(widgets.VIEW, next(iter(own)))
    wrong = () if asked in own else (f"view = {asked}: must be one of {', '.join(own)}",)
    choose = mo.ui.radio(titles, value=(own.get(asked) or next(iter(own.values()))).title, inline=True)
    topics = dict.fromkeys(one.topic for one in EXPLORATIONS)
    mo.vstack([mo.Html(markup.heading(topics, topic) + markup.refusal(wrong)), choose])
    return (choose,)


@app.cell
def _(choose, given, markup, mo, own, widgets):
    exploration = own[choose.value]
    linked = given if given.get(widgets.VIEW, exploration.name) == exploration.name else {}
    start, refused = widgets.positions(exploration, linked)
    controls = widgets.elements(exploration, start)
    grid = "".join(f"<div>{one}</div>" for one in controls.elements.values())
    mo.vstack(
        [
            mo.Html(f"<p>{exploration.about}</p>{markup.claims(exploration.judged())}"),
            mo.Html(markup.refusal(refused) + f'<div class="controls">{grid}</div>'),
        ]
    )
    return controls, exploration


@app.cell
def _(controls, exploration, widgets):
    state = dict(controls.value)
    widgets.renew(widgets.query(exploration, state))
    try:
        view, message = exploration.look(**state), ""
    except (ValueError, ArithmeticError) as error:
        view, message = None, str(error)
    return message, state, view


@app.cell
def _(exploration, get_report, markup, message, mo, state, view):
    report = get_report()
    added = report.progress if report.state == state else None
    mo.Html(markup.look(view, added, exploration.dropped(state)) if view else markup.refusal([message]))
    return


@app.cell
def _(desk, exploration, mo, state):
    begin = mo.ui.array(
        [
            mo.ui.button(label=one.label, on_change=lambda _, one=one: desk.start(one, state))
            for one in exploration.on_demand
        ]
    )
    cancel = mo.ui.button(label="cancel", on_change=lambda _: desk.cancel())
    mo.hstack([*begin.elements, cancel], justify="start", wrap=True) if exploration.on_demand else None
    return begin, cancel


@app.cell
def _(get_report, markup, mo, state):
    last = get_report()
    mo.Html(markup.told(last) if last.state == state else "")
    return


@app.cell
def _(exploration, mo, script, state):
    text = script.script(exploration, state)
    mo.accordion(
        {
            "copy as Python": mo.vstack(
                [
                    mo.download(text.encode(), filename=f"{exploration.name.replace('.', '_')}.py", label="download"),
                    mo.md(f"```python\n{text}\n```"),
                ]
            )
        }
    )
    return


if __name__ == "__main__":
    app.run()
