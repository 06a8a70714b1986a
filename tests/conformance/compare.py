"""Holds the flows of one capture against its truth: a list of differences, a row each."""
from collections import Counter

KINDS = ["packets", "other", "initiator", "accounting"]
# What the other end of an ICMP question sends back: (type, code) of the answer.
ICMP_ANSWERS = {("icmp", 8): 0, ("icmp", 13): 14, ("icmp", 15): 16, ("icmp", 17): 18, ("icmp6", 128): 129,
                ("icmp6", 139): 140}
# An unconfigured host stands under its MAC: what it sends comes from no address, its answers go to all.
FOLD_OVER = 16
NO_ADDRESS, ALL_HOSTS = "0.0.0.0", "255.255.255.255"


def end_text(end):
    return f"[{end[0]}]:{end[1]}" if ":" in end[0] else f"{end[0]}:{end[1]}"


def conversation_text(key):
    proto, ends = key
    return f"{proto} " + " - ".join(end_text(e) for e in ends)


def key_of(proto, a, b):
    return proto, tuple(sorted((a, b)))


def unmac(end, instead):
    return (instead, end[1]) if end[0].startswith("mac:") else end


def directed(flow):
    """The flow's packets as they went: (source, destination, packets), for each way that saw some."""
    out = unmac(flow.opener, NO_ADDRESS), unmac(flow.listener, NO_ADDRESS), flow.packets_out
    back = unmac(flow.listener, NO_ADDRESS), unmac(flow.opener, ALL_HOSTS), flow.packets_in
    return [way for way in (out, back) if way[2]]


def count_text(key, packets):
    """Packets of each end, in the order of the ends; of a conversation with itself their sum."""
    ends = key[1] if key[1][0] != key[1][1] else key[1][:1]
    return " ".join(str(packets.get(e, 0)) for e in ends)


def packet_differences(flows, conversations):
    ours, theirs = {}, {}
    for flow in (f for f in flows if f.proto in ("tcp", "udp")):
        for src, dst, packets in directed(flow):
            ours.setdefault(key_of(flow.proto, src, dst), Counter())[src] += packets
    for c in conversations:
        theirs[key_of(c.proto, c.a, c.b)] = c.packets
    for key in sorted(set(ours) | set(theirs)):
        mine, true = (count_text(key, side.get(key, {})) for side in (ours, theirs))
        if mine != true:
            yield "packets", conversation_text(key), mine if key in ours else "none", true if key in theirs else "none"


def icmp_ways(flow):
    kind, code = flow.asked_port >> 8, flow.asked_port & 255
    for index, (src, dst, packets) in enumerate(directed(flow)):
        asks = src[0] == unmac(flow.opener, NO_ADDRESS)[0] and not (index == 1)
        number = kind if asks else ICMP_ANSWERS.get((flow.proto, kind), kind)
        yield (flow.proto, src[0], dst[0], f"{number}/{code}"), packets


def other_differences(flows, others):
    ours, theirs = Counter(), Counter()
    for flow in (f for f in flows if f.proto not in ("tcp", "udp")):
        if flow.proto in ("icmp", "icmp6"):
            for key, packets in icmp_ways(flow):
                ours[key] += packets
        else:
            for src, dst, packets in directed(flow):
                ours[protocol_number(flow.proto), src[0], dst[0], ""] += packets
    for o in (o for o in others if not o.is_error and not o.is_housekeeping):
        theirs[o.proto, o.src, o.dst, f"{o.icmp[0]}/{o.icmp[1]}" if o.icmp else ""] += o.packets
    for key in sorted(set(ours) | set(theirs)):
        if ours[key] != theirs[key]:
            proto, src, dst, kind = key
            name = f"{proto} {kind}".strip() if kind else f"protocol {proto}"
            yield "other", f"{name} {src} > {dst}", str(ours[key]), str(theirs[key])


def protocol_number(name):
    return {"sctp": "132", "igmp": "2", "gre": "47", "esp": "50", "ah": "51"}.get(name, name)


def opener_text(flow):
    return f"{end_text(flow.opener)} {flow.basis} {flow.confidence}"


def initiator_differences(flows, conversations):
    """Where the truth saw the bare SYN, its sender opened every flow of the conversation, one of them by handshake; where it
    saw only the SYN-ACK, its receiver, by synack. Remains of a connection that is over are flows of their own."""
    by_key = {}
    for flow in flows:
        by_key.setdefault(key_of(flow.proto, flow.opener, flow.listener), []).append(flow)
    for c in conversations:
        opener, basis = (c.by_syn, "handshake") if c.by_syn else (c.by_synack, "synack")
        key = key_of(c.proto, c.a, c.b)
        if not opener or key not in by_key:
            continue
        others = {opener_text(f) for f in by_key[key] if f.opener != opener}
        if not any(f.basis == basis for f in by_key[key]):
            others |= {opener_text(f) for f in by_key[key]}
        if others:
            yield "initiator", conversation_text(key), "; ".join(sorted(others)), f"{end_text(opener)} {basis}"


def expected_accounting(truth):
    s = truth.summary
    errors = sum(o.packets for o in truth.others if o.is_error)
    housekeeping = sum(o.packets for o in truth.others if o.is_housekeeping)
    audited = s["inner_tcp"] + s["inner_udp"] + s["later_frags"] - s["orphan_frags"] + s["other_ip"]
    return {"packets": s["frames"], "audited": audited - errors - housekeeping, "icmp_error": errors,
            "fragment": s["orphan_frags"], "outside": s["non_ip"] + housekeeping,
            "broken": s["short"] + s["no_ip_layer"]}


def accounting_differences(accounting, truth):
    ours = {k: accounting[k] for k in ("packets", "audited", "icmp_error", "fragment")}
    ours["outside"] = accounting["housekeeping"] + accounting["non_ip"] + accounting["unsupported"]
    ours["broken"] = accounting["malformed"] + accounting["truncated"]
    for bucket, count in expected_accounting(truth).items():
        if ours[bucket] != count:
            yield "accounting", bucket, str(ours[bucket]), str(count)


def folded(rows):
    """Many rows that differ in the ends alone become one, with their number."""
    groups = {}
    for kind, name, ours, theirs in rows:
        # Up to the first end: a protocol, an ICMP type.
        groups.setdefault((kind, name.split(" - ")[0].split(" > ")[0].rpartition(" ")[0], ours, theirs), []).append(name)
    for (kind, name, ours, theirs), names in groups.items():
        if len(names) > FOLD_OVER:
            yield kind, f"{len(names)} of {name}", ours, theirs
        else:
            yield from ((kind, one, ours, theirs) for one in names)


def file_differences(name, flows, accounting, truth):
    if not flows and truth.conversations:
        rows = [("packets", "all", "none", f"{len(truth.conversations)} conversations")]
    else:
        rows = list(packet_differences(flows, truth.conversations))
    rows += other_differences(flows, truth.others)
    rows += initiator_differences(flows, truth.conversations)
    rows += accounting_differences(accounting, truth)
    return [dict(zip(("file", "kind", "conversation", "ours", "truth"), (name, *row))) for row in folded(rows)]


def initiator_faults(row, flows_of):
    """What is wrong with one row of initiators.tsv."""
    flows = [f for f in flows_of.get(row["file"], [])
             if conversation_text(key_of(f.proto, f.opener, f.listener)) == row["conversation"]]
    if not flows:
        return ["no such conversation"]
    expected = f"{row['initiator']} {row['basis']} {row['confidence']}"
    faults = [f"ours {opener_text(f)}, expected {expected}" for f in flows[:1] if opener_text(f) != expected]
    faults += [f"opened by {end_text(f.opener)} in a later flow" for f in flows[1:]
               if end_text(f.opener) != row["initiator"]]
    for word in (row["also"] or "").split():
        field, value = word.split("=")
        faults += [f"{field} {f.row[field]}, expected {value}" for f in flows[:1] if f.row[field] != value]
    return faults
