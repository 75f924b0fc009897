from handover import stage

with stage() as ends:
    for _ in ends["values"]:
        pass
