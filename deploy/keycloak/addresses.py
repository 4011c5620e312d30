"""Whose mail address it is: nobody changes their own at Keycloak. An invitation finds its account by the address.

Who could, would take that of a colleague who is yet to be invited, and get what the colleague was meant to have.
"""

from deploy.keycloak.admin import Admin

_BY = ["admin"]


def keep(admin: Admin) -> bool:
    """As the realm file has it, for a realm that is older than that; returns whether it was otherwise."""
    profile = admin.ask("GET", "/users/profile").json()
    (email,) = (one for one in profile["attributes"] if one["name"] == "email")
    if email["permissions"]["edit"] == _BY:
        return False
    email["permissions"]["edit"] = _BY
    admin.ask("PUT", "/users/profile", profile)
    return True
