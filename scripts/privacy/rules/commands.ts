/** Command lines that carry a secret of any form. */
import { isPasswordInPlace } from "../values.ts";
import { alnum } from "./parts.ts";
import type { Rule } from "./rule.ts";

const OTHER_ARGUMENTS = "[^\\r\\n|;&]{0,200}?";
const ARGUMENT = "\\\\{0,7}[\"']?(?<secret>[^\\s\"'\\\\$<>|&-][^\\s\"'\\\\]{4,128})";

export const COMMANDS: readonly Rule[] = [
  {
    name: "piped-secret",
    near: ["echo ", "printf "],
    pattern:
      "(?:echo|printf)(?: -n)?[ \\t]{1,4}[\"']?(?<secret>[^\\s\"'|;&$`\\\\]{8,512})[\"']?[ \\t]{0,4}\\|[^\\r\\n|]{0,120}(?:-stdin|--with-token|chpasswd|sudo -S)",
    strength: "password",
    hit: () => `echo ${alnum(20)} | docker login -u ann --password-stdin`,
    miss: () => "echo $TOKEN | docker login -u ann --password-stdin",
  },
  {
    name: "curl-user",
    near: ["curl "],
    pattern: `curl[^\\r\\n]{0,300}?\\s(?:-u|--user|--proxy-user|-U)(?:[ =\\t]{1,4})?(?:["']|\\\\{1,7}["'])?[^\\s"':\\\\$]{0,128}:(?<secret>[^\\s"'\\\\]{3,256})`,
    check: isPasswordInPlace,
    hit: () => `curl -s -u ann:${alnum(12)} https://api.test`,
    miss: () => ["curl -u ann:$", "PASSWORD https://api.test"].join(""),
  },
  {
    name: "command-password",
    near: ["sshpass", "mysql", "redis-cli", "docker login", "mongo"],
    pattern:
      "(?:sshpass[ \\t]{1,4}-p[ \\t]{0,4}|(?:mysql|mysqldump|mysqladmin|mariadb)\\b[^\\r\\n|;&]{0,200}?[ \\t]-p|redis-cli\\b[^\\r\\n|;&]{0,200}?[ \\t]-a[ \\t]{1,4}|docker login\\b[^\\r\\n|;&]{0,200}?[ \\t]-p[ \\t]{1,4}|mongo(?:sh|dump|restore)?\\b[^\\r\\n|;&]{0,200}?[ \\t]-p[ \\t]{1,4})[\"']?(?<secret>[^\\s\"'\\\\$<-][^\\s\"'\\\\]{4,128})",
    strength: "password",
    hit: () => `sshpass -p ${alnum(10)} ssh host`,
    miss: () => "mysql -u root -p",
  },
  {
    name: "command-password",
    near: ["net user", "psexec", "cmdkey", "net use", "az login"],
    pattern:
      "(?:net user(?: /add)?[ \\t]{1,4}[^\\s/]{1,64}[ \\t]{1,4}|(?:psexec|cmdkey|net use|az login)[^\\r\\n]{0,200}?(?:[ \\t]-p[ \\t]{1,4}|/pass:|/user:\\S{1,64}[ \\t]{1,4}))[\"']?(?<secret>[^\\s\"'/*]{5,128})",
    flags: "i",
    strength: "password",
    hit: () => `net user ann ${alnum(10)} /add`,
    miss: () => "net user administrator",
  },
  {
    name: "masked-value",
    near: ["::add-mask::"],
    pattern: "::add-mask::(?<secret>[^\\s\"'`\\\\]{4,4096})",
    check: isPasswordInPlace,
    hit: () => `echo "::add-mask::${alnum(12)}"`,
    miss: () => ["::add-mask::$", "{{ secrets.TOKEN }}"].join(""),
  },
  {
    name: "command-password",
    near: ["7z"],
    pattern: `7z[ar]?\\b${OTHER_ARGUMENTS}[ \\t]-p${ARGUMENT}`,
    strength: "password",
    hit: () => `7z x backup.7z -p${alnum(12)}`,
    miss: () => "7z x backup.7z -p",
  },
  {
    name: "command-password",
    near: ["unzip", "sqlcmd", "ssh-keygen"],
    pattern: `(?:(?:unzip|sqlcmd)\\b${OTHER_ARGUMENTS}[ \\t]-P|ssh-keygen\\b${OTHER_ARGUMENTS}[ \\t]-N)[ \\t]{0,4}${ARGUMENT}`,
    strength: "password",
    hit: () => `sqlcmd -S db -U sa -P ${alnum(12)}`,
    miss: () => "unzip -P",
  },
  {
    name: "command-password",
    near: ["smbclient", "rpcclient"],
    pattern: `(?:smbclient|rpcclient)\\b${OTHER_ARGUMENTS}[ \\t]-U[ \\t]{0,4}["']?[^\\s%"']{1,64}%${ARGUMENT}`,
    strength: "password",
    hit: () => `smbclient //server/share -U ann%${alnum(12)}`,
    miss: () => "smbclient //server/share -U ann",
  },
  {
    name: "command-password",
    near: ["htpasswd"],
    pattern: `htpasswd[ \\t](?:-\\w{1,8}[ \\t]){0,3}-\\w{0,5}b\\w{0,5}[ \\t](?:[^\\s-]\\S{0,200}[ \\t]){1,2}${ARGUMENT}`,
    strength: "password",
    hit: () => `htpasswd -b .htpasswd ann ${alnum(12)}`,
    miss: () => "htpasswd -c .htpasswd ann",
  },
  {
    // Settings of Redis and LDAP.
    name: "command-password",
    near: ["requirepass", "masterauth", "bindpw"],
    pattern: `(?:requirepass|masterauth|bindpw)[ \\t]{1,4}${ARGUMENT}`,
    strength: "password",
    hit: () => `requirepass ${alnum(12)}`,
    miss: () => "requirepass is a setting of Redis",
  },
  {
    // What `expect` types.
    name: "command-password",
    near: ['send "', "send -- ", "send \\"],
    pattern: 'send (?:-- )?\\\\{0,7}"(?<secret>[^\\s"\\\\$]{6,128})\\\\{1,7}r',
    strength: "password",
    hit: () => `send "${alnum(12)}\\r"`,
    miss: () => 'send "exit\\r"',
  },
  {
    name: "kubernetes-secret",
    near: ["--from-literal"],
    pattern: "--from-literal[ =][\"']?[\\w.-]{1,100}=(?<secret>[^\\s\"'\\\\$]{4,1024})",
    strength: "password",
    hit: () => `kubectl create secret generic app --from-literal=smtp=${alnum(12)}`,
    miss: () => "kubectl create configmap app --from-literal=level=debug",
  },
];
