"""Names of what people state of rights, use and the other side's evidence; the texts are keys of the catalogues."""

from __future__ import annotations

from similarity.measure.use_forms import UseFormName
from similarity.report.phrases.language import msgid
from similarity.report.schema.stated import HeldItem, RequestState, RightsLinkKind, UseHeading

__all__ = ["HELD_ITEMS", "LINK_KINDS", "MODES", "PAYMENTS", "REQUEST_STATES", "SIDES", "USE_FORMS", "USE_HEADINGS"]

LINK_KINDS: dict[RightsLinkKind, str] = {
    "authorship": msgid("authorship"),
    "employment": msgid("work made in employment"),
    "commission": msgid("commission"),
    "assignment": msgid("assignment"),
    "exclusive_licence": msgid("exclusive licence"),
    "sole_licence": msgid("sole licence, the giver may use the work too"),
    "non_exclusive_licence": msgid("non-exclusive licence"),
    "succession": msgid("succession"),
    "collective_management": msgid("collective management"),
    "other": msgid("other way"),
}
HELD_ITEMS: dict[HeldItem, str] = {
    "prompt_log": msgid("log of the prompts, with accounts and times"),
    "expanded_prompt": msgid("prompt as the service expanded or translated it"),
    "parameters": msgid("parameters of the generation, reference pictures among them"),
    "seed": msgid("seed of the generation"),
    "training_list": msgid("list of the training data"),
    "interface_contract": msgid("contract on the interface to another's model, with orders and call records"),
    "generation_record": msgid("generation record of the service"),
    "account_data": msgid("data of the account"),
    "income": msgid("accounts of income from the use"),
    "other": msgid("other evidence"),
}
REQUEST_STATES: dict[RequestState, str] = {
    "asked": msgid("asked for"),
    "handed_over": msgid("handed over"),
    "in_part": msgid("handed over in part"),
    "refused": msgid("refused"),
    "no_answer": msgid("no answer"),
}
USE_HEADINGS: dict[UseHeading, str] = {
    "purpose": msgid("purpose and character of the use"),
    "nature": msgid("nature of the {work}"),
    "amount": msgid("amount and substance of what was used"),
    "market": msgid("effect on the market of the {work}"),
    "credit": msgid("naming of the author and of the {work}"),
    "normal_use": msgid("normal use of the {work}"),
    "interests": msgid("legitimate interests of the owner"),
    "other": msgid("other facts"),
}
SIDES = {
    "claimant": msgid("claiming side"),
    "respondent": msgid("other side"),
    "analyst": msgid("analyst"),
}
MODES = {
    "on_demand": msgid("on demand"),
    "live": msgid("live stream"),
    "broadcast": msgid("broadcast"),
    "download": msgid("download"),
    "screening": msgid("screening"),
    "other": msgid("other way"),
}
PAYMENTS = {
    "free": msgid("free"),
    "paid": msgid("paid"),
    "advertising": msgid("free, with advertising"),
    "mixed": msgid("partly paid"),
}
USE_FORMS: dict[UseFormName, str] = {
    "repost": msgid("repost: the {work} as a whole"),
    "slice": msgid("slice: a continuous piece of the {work}"),
    "stills": msgid("stills: single pictures of the {work}, held"),
    "mash_up": msgid("mash-up: several pieces, rearranged or mixed with other footage"),
    "extension": msgid("extension: a piece of the {work}, continued within the same shot"),
    "still_in_motion": msgid("still set in motion: one picture of the {work}, moving"),
    "blend": msgid("blend: several {works} in one picture"),
}
