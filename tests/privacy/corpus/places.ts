/**
 * Places where a generated secret stands beside a name that tells about it. `@n` is the name of whom it is for,
 * `@N` the same in capitals, `@s` the secret.
 */
export const PLACES: readonly string[] = String.raw`
@n_token=@s
@n_token = @s
@n_token = "@s"
@nToken = '@s'
@n-token: @s
@n_token: "@s"
  @n_token: '@s'
- name: @N_TOKEN⏎  value: @s
@n_token: |⏎  @s
@n_token:⏎    @s
{ "@n_token": "@s" }
{"@nApiKey":"@s"}
{\"@n_secret\": \"@s\"}
{\\\"@nSecret\\\":\\\"@s\\\"}
{"name": "@N_TOKEN", "value": "@s"}
&quot;@n_token&quot;:&quot;@s&quot;
variable "@n_token" {⏎  type    = string⏎  default = "@s"⏎}
NSString *@nToken = @"@s";
'@n_token' => '@s',
:@n_token => '@s'
$config['@n_token'] = '@s';
define('@N_TOKEN', '@s');
$@nToken .= "@s"
const @nToken = '@s';
const @nToken: string = "@s";
new Client({ @nApiKey: '@s' })
let @n_token: &str = "@s";
let @n_token = String::from("@s");
var @nToken string = "@s"
@nToken := "@s"
String @nToken = "@s";
val @nToken: String = "@s"
static let @nApiKey = "@s"
#define @N_API_KEY "@s"
config.put("@n_token", "@s")
client.setApiKey("@s")
os.environ["@N_TOKEN"] = "@s"
os.getenv("@N_TOKEN", "@s")
process.env.@N_TOKEN || "@s"
process.env.@N_TOKEN ?? '@s'
@n_token = b'@s'
@n_token <- "@s"
@N_TOKEN := "@s"
@N_TOKEN ?= @s
@N_TOKEN=@s
export @N_TOKEN=@s
export @N_TOKEN="@s"
setenv @N_TOKEN @s
set -gx @N_TOKEN @s
$env:@N_TOKEN = "@s"
ENV @N_TOKEN @s
ENV @N_TOKEN=@s
docker run -e @N_TOKEN=@s acme/app
@n login --token @s
@n login --token=@s
["--api-key", "@s"]
<@nToken>@s</@nToken>
<@nToken>⏎    @s⏎</@nToken>
<add key="@nToken" value="@s" />
<string name="@n_token">@s</string>
<key>@nToken</key>⏎<string>@s</string>
https://api.test/v1?@n_token=@s&page=2
https://api.test/v1?key=@s
curl -H '@n-token: @s' https://api.test
curl -H "X-Api-Key: @s" https://api.test
curl -H "Authorization: Bearer @s" https://api.test
Authorization: @s
authorization: bearer @s
\"authorization\":\"Bearer @s\"
headers = {"Authorization": "Token @s"}
Set-Cookie: session=@s; Path=/; HttpOnly
document.cookie = "session=@s"
The @n token is @s
@n_secret_do_not_commit = @s
my@nSecretString = "@s"
some_@n_token_123 = "@s"
+@N_TOKEN=@s
   12→@N_TOKEN=@s
"content":"line one\n@N_TOKEN=@s\nline three"
token%3D@s
https://ann:@s@git.test/acme/app.git
https://@s@git.test/acme/app.git
postgresql+psycopg2://app:@s@db.test/app
redis://:@s@cache.test:6379/0
curl -u ann:@s https://api.test
sshpass -p '@s' ssh host
mysql -u root -p@s app
machine api.test login ann password @s
Server=db,1433;User Id=sa;Password=@s;Encrypt=true
CREATE USER ann IDENTIFIED BY '@s';
echo "@s" | docker login -u ann --password-stdin
<meta name="@n-token" content="@s">
localStorage.setItem("@n_token", "@s")
.header("x-api-key", "@s")
| API key | @s |
**API key:** @s
Here is the API key:⏎⏎@s⏎
@n_token = """@s"""
@n_token: >-⏎  @s
npm config set //registry.test/:_authToken @s
aws configure set aws_secret_access_key @s
gh secret set @N_TOKEN --body "@s"
vercel env add @N_TOKEN @s
kubectl create secret generic app --from-literal=password=@s
az login --service-principal -u app -p @s
::add-mask::@s
jdbc:oracle:thin:app/@s@db.test:1521:app
db.test:5432:app:ann:@s
kubectl create secret generic app --from-literal=smtp=@s
keytool -genkey -storepass @s
crypto.createHmac("sha256", "@s")
jwt.sign({ sub: "ann" }, '@s', { expiresIn: "1h" })
echo 'ann:@s' | chpasswd
echo @s | sudo -S true
smbclient //server/share -U ann%@s
expect "Password:" { send "@s\r" }
requirepass @s
- { name: @N_TOKEN, value: "@s" }
Start it with \`@N_SECRET=@s\` in front
auth=("ann", "@s")
DriverManager.getConnection(url, "app", "@s")
.git.test	TRUE	/	TRUE	0	sid	@s
`
  .trim()
  .split("\n")
  .map((place) => place.replaceAll("⏎", "\n"));

/** Places where a password that a person made up stands; shorter and tamer than what a program makes. */
export const PASSWORD_PLACES: readonly string[] = String.raw`
PASSWORD=@s
DB_PASSWORD=@s
export PGPASSWORD='@s'
password: @s
password = "@s"
"password": "@s",
\"password\":\"@s\"
administrator_login_password = "@s"
spring.datasource.password=@s
<password>@s</password>
<add key="Password" value="@s" />
const dbPass = "@s";
ansible_become_pass: @s
passphrase: '@s'
--password @s
--password=@s
ALTER USER app WITH PASSWORD '@s';
the password is @s
https://ann:@s@git.test/
mongodb://app:@s@db.test/app
curl -u 'ann:@s' https://api.test
SESSION_SECRET=@s
export A=1 DB_PASSWORD=x#@s B=2
"Env": ["DB_PASSWORD=x#@s"]
the password for the staging database is @s
Das Passwort lautet @s
jwt_secret: "@s"
postgres://app:x@y!@s@db.test:5432/app
mot de passe : @s
contraseña: @s
パスワード：@s
network={ psk="@s" }
htpasswd -b .htpasswd ann @s
`
  .trim()
  .split("\n");
