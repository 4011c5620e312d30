"""What referral publishes, by subject: one frozen class per event and version, its topic, its audience."""

from services.referral.events import directory, plans, referrals
from services.referral.events.directory import (
    AgreementRegisteredV1,
    CapacityStatedV1,
    MembershipEndedV1,
    MembershipGrantedV1,
    OrganisationDescribedV1,
)
from services.referral.events.plans import (
    NextStep,
    PlanAgreedV1,
    PlanContent,
    PlanEndedV1,
    PlanReviewedV1,
    PlanSectionChangedV1,
    PlanStartedV1,
)
from services.referral.events.referrals import (
    AppointmentContent,
    ReferralAcceptedV1,
    ReferralDeclinedV1,
    ReferralRecalledV1,
    ReferralSeenV1,
    ReferralSentV1,
    SentContent,
)
from shared.envelope import Event, Topic

EVENTS: tuple[type[Event], ...] = (*directory.EVENTS, *referrals.EVENTS, *plans.EVENTS)

TOPICS: tuple[Topic, ...] = (
    Topic(directory.DIRECTORY),
    Topic(referrals.REFERRALS),
    Topic(plans.PLANS),
    Topic("referral.trail"),
    Topic("referral.acknowledgements"),
)

__all__ = [
    "EVENTS",
    "TOPICS",
    "AgreementRegisteredV1",
    "AppointmentContent",
    "CapacityStatedV1",
    "MembershipEndedV1",
    "MembershipGrantedV1",
    "NextStep",
    "OrganisationDescribedV1",
    "PlanAgreedV1",
    "PlanContent",
    "PlanEndedV1",
    "PlanReviewedV1",
    "PlanSectionChangedV1",
    "PlanStartedV1",
    "ReferralAcceptedV1",
    "ReferralDeclinedV1",
    "ReferralRecalledV1",
    "ReferralSeenV1",
    "ReferralSentV1",
    "SentContent",
]
