"""Fills a domain that was just provisioned, directly in its files: the people, groups and rights that the tests know.

Called with the smb.conf. What SDProp does on a Windows server every hour is done here once: whoever is protected gets the
rights of AdminSDHolder.
"""

import re
import sys

import ldb
from samba.auth import system_session
from samba.credentials import Credentials
from samba.ndr import ndr_unpack
from samba.dcerpc import security
from samba.param import LoadParm
from samba.samdb import SamDB
from samba.sd_utils import SDUtils

PEOPLE = "OU=People"


def main(conf):
    lp = LoadParm()
    lp.load(conf)
    creds = Credentials()
    creds.guess(lp)
    db = SamDB(lp=lp, session_info=system_session(), credentials=creds)
    domain = str(db.domain_dn())

    def replace(dn, **values):
        message = ldb.Message(ldb.Dn(db, dn))
        for name, value in values.items():
            name = name.replace("_", "-")
            message[name] = ldb.MessageElement(value, ldb.FLAG_MOD_REPLACE, name)
        db.modify(message)

    # What a reset and a change may be judged by: three wrong ones lock, three old ones are remembered.
    replace(domain, minPwdAge="0", minPwdLength="8", pwdHistoryLength="3", lockoutThreshold="3")

    for ou in [f"{PEOPLE},{domain}", f"OU=Staff,{PEOPLE},{domain}", f"OU=Elsewhere,{domain}"]:
        db.add({"dn": ou, "objectClass": "organizationalUnit"})

    def person(name, ou=PEOPLE, **more):
        db.newuser(name, "Start-Pass-1", userou=ou)
        dn = f"CN={name},{ou},{domain}"
        if more:
            replace(dn, **more)
        return dn

    person("ada", displayName="Ada Lovelace", mail="ada@campus.example", mobile="+1 202 555 0134",
           otherMobile=["+1 202 555 0135", "+1 202 555 0136"], telephoneNumber="+1 202 555 0100")
    person("grace", ou=f"OU=Staff,{PEOPLE}", mail="grace@campus.example")
    person("linus")
    person("strictly")
    person("aged")
    person("aged-too")
    person("stranger", ou="OU=Elsewhere")
    # Protected, and yet open to whoever has rights on the whole domain.
    person("lax", ou="OU=Elsewhere", adminCount="1")
    protected = [person("chief"), person("former"), person("nested"), person("primary")]
    person("own", description="a member of a group that the campus protects")

    def group(name, members, ou=PEOPLE):
        db.newgroup(name, groupou=ou)
        if members:
            db.add_remove_group_members(name, members, add_members_operation=True)

    group("pilot-staff", ["grace"])
    group("pilot", ["ada", "pilot-staff"])
    group("campus-keepers", ["own"])
    group("helpdesk-leads", ["nested"])
    group("desk-operators", ["primary"])
    db.add_remove_group_members("Domain Admins", ["chief", "helpdesk-leads"], add_members_operation=True)
    db.add_remove_group_members("Account Operators", ["desk-operators"], add_members_operation=True)
    found = db.search(domain, expression="(sAMAccountName=desk-operators)", attrs=["primaryGroupToken"])
    replace(f"CN=primary,{PEOPLE},{domain}", primaryGroupID=str(found[0]["primaryGroupToken"][0]))
    replace(f"CN=chief,{PEOPLE},{domain}", adminCount="1")
    replace(f"CN=former,{PEOPLE},{domain}", adminCount="1")

    # SDProp: what is inherited holds for them no longer.
    rights = SDUtils(db)
    holder = db.search(f"CN=AdminSDHolder,CN=System,{domain}", scope=ldb.SCOPE_BASE, attrs=["nTSecurityDescriptor"])
    holder = ndr_unpack(security.descriptor, holder[0]["nTSecurityDescriptor"][0])
    holder.type |= security.SEC_DESC_DACL_PROTECTED
    administrators = [f"CN=Administrator,CN=Users,{domain}", f"CN=krbtgt,CN=Users,{domain}"]
    for dn in protected + administrators:
        rights.modify_sd_on_dn(dn, holder, controls=["sd_flags:1:4"])

    # Policies of their own for some people: a strict one, and one by which a password is too old after two days.
    container = f"CN=Password Settings Container,CN=System,{domain}"

    def policy(name, whom, length, youngest, oldest):
        db.add({
            "dn": f"CN={name},{container}", "objectClass": "msDS-PasswordSettings",
            "msDS-PasswordSettingsPrecedence": "1", "msDS-PasswordReversibleEncryptionEnabled": "FALSE",
            "msDS-PasswordHistoryLength": "5", "msDS-PasswordComplexityEnabled": "FALSE",
            "msDS-MinimumPasswordLength": length, "msDS-MinimumPasswordAge": youngest,
            "msDS-MaximumPasswordAge": oldest, "msDS-LockoutThreshold": "0",
            "msDS-LockoutObservationWindow": "-18000000000", "msDS-LockoutDuration": "-18000000000",
            "msDS-PSOAppliesTo": [f"CN={name},{PEOPLE},{domain}" for name in whom],
        })

    policy("strict", ["strictly"], "14", "-864000000000", "-9223372036854775808")
    policy("short-lived", ["aged", "aged-too"], "8", "0", "-1728000000000")
    # In the year 2023; only past Samba's own modules can it be written.
    bare = ldb.Ldb(f"{lp.get('private dir')}/sam.ldb.d/{domain.upper()}.ldb")
    for name in ["aged", "aged-too"]:
        message = ldb.Message(ldb.Dn(bare, f"CN={name},{PEOPLE},{domain}"))
        message["pwdLastSet"] = ldb.MessageElement("133400000000000000", ldb.FLAG_MOD_REPLACE, "pwdLastSet")
        bare.modify(message)
    del bare

    # The accounts of the server: one with least rights, one that was given them everywhere.
    for name in ["latchkey", "careless", "powerless"]:
        db.newuser(name, "Service-Secret-1", userou="CN=Users")
        found = db.search(f"CN={name},CN=Users,{domain}", scope=ldb.SCOPE_BASE, attrs=["objectSid"])
        sid = ndr_unpack(security.dom_sid, found[0]["objectSid"][0])
        print(name, sid)
        if name == "latchkey":
            # It may see who was deleted.
            gone, show = f"CN=Deleted Objects,{domain}", ["show_deleted:1"]
            old = db.search(gone, scope=ldb.SCOPE_BASE, attrs=["nTSecurityDescriptor"], controls=show)
            old = ndr_unpack(security.descriptor, old[0]["nTSecurityDescriptor"][0])
            sddl = old.as_sddl(security.dom_sid(db.get_domain_sid()))
            sddl = re.sub("(D:[A-Z]*)", rf"\1(A;CI;LCRP;;;{sid})", sddl, count=1)
            new = security.descriptor.from_sddl(sddl, security.dom_sid(db.get_domain_sid()))
            rights.modify_sd_on_dn(gone, new, controls=show + ["sd_flags:1:4"])


main(sys.argv[1])
