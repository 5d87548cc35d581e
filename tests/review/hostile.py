"""A plan whose every name from outside tries to be something else than a name."""

from dataclasses import replace

from tests.plans import hand_made_plan

TRICKS = (
    "<script>document.title='owned'</script>",
    '"><img src="{url}/img" onerror="document.title=\'owned\'">',
    "'><svg onload=document.title='owned'>",
    "</title></style></script><script src={url}/script></script>",
    "{{{{ 7 * 7 }}}} {{% include '/etc/passwd' %}} ${{7*7}}",
    "web\u202e1-gpj\u200b",
    "a\nb\r\n# not a heading",
    "```\n</details> | `x` | **bold** _it_ ~~no~~ [l]({url}/link) ![i]({url}/image)",
    '"]; click h1 href "{url}/mermaid"; %%{{init: {{"theme": "dark"}}}}%% h1["',
    "@everyone see #1 and {url}/auto",
    "[bold red]markup[/] :smile: [link={url}/term]x[/link]",
    "javascript:document.title='owned'",
)


def hostile_plan(url):
    """The hand-made plan with tricks for names of clusters, hosts, VMs, datastores and networks."""
    plan = hand_made_plan()
    tricks = [trick.format(url=url) for trick in TRICKS]

    def renamed(things, start):
        return tuple(
            replace(thing, name=tricks[(start + number) % len(tricks)]) for number, thing in enumerate(things)
        )

    estate = replace(
        plan.estate,
        clusters=renamed(plan.estate.clusters, 0),
        hosts=renamed(plan.estate.hosts, 7),
        vms=tuple(replace(vm, guest_os=vm.name) for vm in renamed(plan.estate.vms, 0)),
        networks=renamed(plan.estate.networks, 5),
        datastores=renamed(plan.estate.datastores, 1),
        affinity_rules=renamed(plan.estate.affinity_rules, 2),
    )
    findings = tuple(
        replace(
            finding,
            subject=replace(finding.subject, name=tricks[number]),
            facts=tuple(replace(fact, value=tricks[number + 1]) for fact in finding.facts),
            command=tricks[number + 2] if finding.command else None,
            evidence=tricks[number + 3],
        )
        for number, finding in enumerate(plan.findings)
    )
    routes = tuple(
        replace(route, commands=(tricks[number % len(tricks)],), reason=tricks[(number + 1) % len(tricks)])
        for number, route in enumerate(plan.routes)
    )
    return replace(plan, estate=estate, findings=findings, routes=routes)
