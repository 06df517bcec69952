/** Lines that look a little like secrets and must come out as they went in, by what they are. */
export const INNOCENT: Readonly<Record<string, string>> = {
  variables: String.raw`
DB_PASSWORD=${"$"}{DB_PASSWORD}
API_KEY=$API_KEY
api_key = process.env.OPENAI_API_KEY
const token = process.env["GITHUB_TOKEN"] ?? "";
password: ${"$"}{{ secrets.DEPLOY_PASSWORD }}
SECRET_KEY = os.environ["SECRET_KEY"]
SECRET_KEY = os.environ.get("DJANGO_SECRET_KEY")
secret: {{ .Values.auth.secretKey | quote }}
token: "{{ vault_token }}"
client_secret = var.oauth_client_secret
administrator_login_password = var.db_password
password = data.aws_secretsmanager_secret_version.db.secret_string
const apiKey = import.meta.env.VITE_API_KEY;
curl -H "Authorization: Bearer $TOKEN" https://api.test/v1
curl -H "Authorization: Bearer ${"$"}{TOKEN}" https://api.test/v1
curl -u "$USER:$PASSWORD" https://api.test
curl -u user:${"$"}{PASS} https://api.test
git clone https://${"$"}{GITHUB_TOKEN}@github.com/acme/app.git
git clone https://oauth2:$TOKEN@gitlab.com/acme/app.git
DATABASE_URL=postgres://${"$"}{DB_USER}:${"$"}{DB_PASSWORD}@localhost:5432/app
password = getpass.getpass("Password: ")
token=$(gh auth token)
TOKEN=%GITHUB_TOKEN%
echo "$\{API_KEY:?API_KEY is not set}"
//registry.example.com/:_authToken=${"$"}{NPM_TOKEN}
api_key = op://vault/item/api_key
secret_key: !vault arn:aws:secretsmanager:eu-west-1:123456789012:secret:app-AbCdEf
password: "%(db_password)s"
`,
  standIns: String.raw`
API_KEY=
API_KEY=""
password: ""
password = null
SECRET_KEY=changeme
SECRET_KEY=change-me-please-123
DB_PASSWORD="change_this_password"
api_key: <your-api-key>
api_key: YOUR_API_KEY
token = "your-token-here"
token = "your_github_token"
OPENAI_API_KEY=sk-...
OPENAI_API_KEY=sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
ANTHROPIC_API_KEY=sk-ant-xxxxxxxxxxxxxxxxxxxxxxxx
GITHUB_TOKEN=ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
token: "xoxb-xxxxxxxxxxxx-xxxxxxxxxxxx-xxxxxxxxxxxxxxxxxxxxxxxx"
password: "********"
password: '••••••••'
secret: "replace-me"
client_secret = "INSERT_CLIENT_SECRET"
private_key = "-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----\n"
-----BEGIN RSA PRIVATE KEY-----
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_access_key_id = AKIAXXXXXXXXXXXXXXXX
aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
password: [REDACTED:password]
Authorization: Bearer [REDACTED:jwt]
https://ann:[REDACTED:url-password]@git.test/a.git
token = "TODO: fill in"
secret = "example-secret-value-1"
https://user:password@host.example/path
`,
  code: String.raw`
password: string;
readonly token?: string | null;
apiKey: z.string().min(1),
const token = getToken();
const token = await auth.getAccessToken({ audience });
let secret = config.get("secret");
this.password = password;
self.api_key = api_key
return { token, secret, password };
if (password !== confirmPassword) throw new Error("passwords differ");
const passwordField = screen.getByLabelText("Password");
function setPassword(newPassword: string): void {}
token: Token | undefined = undefined;
const isSecret = name.endsWith("secret");
import { tokenize } from "./tokenizer.ts";
const keyword = keywords[index1];
const key1 = Object.keys(record1)[0];
keys.forEach((key2) => map2.set(key2, values2.get(key2)));
<input type="password" name="password1" autocomplete="current-password" />
<label htmlFor="api-key-input">API key</label>
createHmac("sha256", secret).update(body1).digest("base64url")
jwt.verify(token, process.env.JWT_SECRET2, { algorithms: ["HS256"] })
send "hello\r"
type TokenType = "access_token" | "refresh_token";
grant_type: "refresh_token",
token_endpoint_auth_method: "client_secret_basic",
"token_endpoint": "https://login.acme.test/oauth2/v2.0/token",
expect(res.body).toHaveProperty("accessToken");
const cacheKey = crypto.createHash("sha256").update(input).digest("hex");
headers: { Authorization: "Bearer " + token },
headers.set("authorization", authorization);
req.headers["x-api-key"] = apiKey2;
KeyboardEvent.key === "ArrowDown2"
secretOrKeyProvider: passportJwtSecret({ cache: true, rateLimit: true }),
public_key = load_public_key_from_file1(path)
passwd_hash = hashlib.sha256(salt + passwd.encode()).hexdigest()
tokens.push({ type: "identifier1", value: "foo1" });
const { data: session1, status } = useSession();
auth = HTTPBasicAuth(username, password)
author = "Ann Example <ann@example.org>"
monkey: "donkey",
describe("password reset", () => {
var tokenPattern = /[A-Za-z0-9_-]{20,}/g;
const bearer = /^Bearer\s+(\S+)$/i.exec(header)?.[1];
SecretManagerServiceClient secretManagerServiceClient1 = SecretManagerServiceClient.create();
private static final String KEY_ALGORITHM = "PBKDF2WithHmacSHA256";
cipher_key_size = CipherKeySize.Key128Bit
this.keySelector=n,this.haKey=!1,this.tokenCount=t
for (const [key, value] of Object.entries(obj1)) out1[key] = value;
o.secretKey=e.secretKey,o.accessKey=e.accessKey
"key": "ArrowRight",
key: "users.table.header.name",
access: "private",
auth: "required",
api: "v2beta1",
session: "ses_7f3a9c1e5b2d4860aWQx9",
opencode --session ses_7f3a9c1e5b2d4860aWQx9
claude --resume 4f9a8b7c-6d5e-4f3a-9b2c-1d0e9f8a7b6c
`,
  names: `
secretName: acme-web-tls-2024
secretKeyRef: { name: acme-db-credentials-v2, key: password }
imagePullSecrets: registry-credentials-2
LLM_SECRET_NAME = "ACME-GPT4-API-KEY-2"
passwordPolicy: "min12-mixed1"
token_type: "Bearer"
tokenUrl: "https://login.acme.test/oauth2/token1"
access_token_url='https://github.com/login/oauth/access_token',
credentialsId: 'ff7a1c39-58e2-4b3e-9d0a-6c2f41d7b8e3'
"credentialId": "Kq8vTz3mWn5xLb7RcY2ds9",
report_access_id: e8d4c3b2-a190-4f5e-8d7c-6b5a4f3e2d1c
api_version = "2024-02-15-preview"
MantleAPI_version=8f3c91d07ab2e64510c8d9f2e7b6a5d4c3b2a190
key_id: 3AA5C34371567BD2
keyFile: /etc/ssl/private/acme-2024.key
key_path = "~/.ssh/id_ed25519"
password_file=/run/secrets/db_password_1
SSH_AUTH_SOCK=/tmp/ssh-XXXXXXabcd12/agent.4242
"accessor": "rK3vbN81YtzQwLma",
accessibilityYesOptionId = "5c1f0e7d-2b3a-4c9d-8e6f-7a0b1c2d3e4f"
clientId = "9d3e1b7a-4c5f-4a2b-8e6d-0f1a2b3c4d5e"
public_key = "7Hq3nVd9KxTz2Lp5Yc8WbR4Mf6Js1Gv0QaEuIoXhZtN"
publicToken = "7Hq3nVd9KxTz2Lp5Yc8WbR4Mf6Js1Gv0QaEuIoXhZtN"
NEXT_PUBLIC_ANALYTICS_KEY="analytics-web-prod"
csrf-token=Qm9vay1vZi1Pbmx5LVRlc3RzLTEyMzQ1Njc4OTA=
primary_key = "users_pkey_id1"
idempotency_key: 0b6f2f1e-7c1d-4a6e-9c55-0d3f7a1b2c4d
cache_key: v1-deps-3f2a9d8c7b6e5f4a3d2c1b0a9f8e7d6c5b4a3928
max_tokens: 4096
session_id=01HZX3K9QWERTYUIOPASDFGHJK
apt-key adv --keyserver keyserver.test --recv-keys 0xB1998361219BD9C9
STRIPE_PUBLISHABLE_KEY=pk_live_7Hq3nVd9KxTz2Lp5Yc8WbR4M
AUTH0_CLIENT_ID=AbCdEfGhIjKlMnOpQrStUvWxYz012345
hash_key = "PK1"
"Key": "photos/2024/01/05/IMG_20240105_123456.jpg"
passwordEncoder = new BCryptPasswordEncoder(12)
password varchar(255) NOT NULL,
total_tokens: 1234567
"prompt_tokens": 18234, "completion_tokens": 512
tokenizer = "cl100k_base"
secret_rotation_days = 90
password_min_length=12
keyspace: acme_production_2
X-API-Name: "ACME-Hermes-INTERNAL-API-2",
Authentication-Results: mx2.acme.test; dkim=pass
X-MS-Exchange-Organization-AuthSource: sm02915.int.acme.test
fingerprint: SHA256:nThbg6kXUpJWGl7E1IGOCspRomTxdCARLviKw6E5SY8
`,
  digests: `
"integrity": "sha512-9Jd8gk2rX1mQz3vT5yWb7nLcP0sHfKaUeRiOxZtVqBwM4jYlGdCpSnTfAhEuXkQo6rDzIbHyNvMwJg==",
resolved "https://registry.example.com/left-pad/-/left-pad-1.3.0.tgz#5b8a3a7765dfe001261dde915589e782f8c94d1e"
commit 7d3f1a9c0b2e4d6f8a1c3e5b7d9f0a2c4e6b8d1f
git show 7d3f1a9c0b2e4d6f8a1c3e5b7d9f0a2c4e6b8d1f:src/token.ts
index 3f2a9d8..c7b6e5f 100644
"head": "7d3f1a9c0b2e4d6f8a1c3e5b7d9f0a2c4e6b8d1f",
uuid: 4f9a8b7c-6d5e-4f3a-9b2c-1d0e9f8a7b6c
"id": "0b6f2f1e-7c1d-4a6e-9c55-0d3f7a1b2c4d",
golang.org/x/crypto v0.21.0 h1:X31++rzVUdKhX5sWmSOFZxx8UW/ldWx55cbf08iNAMA=
sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
FROM node:20.12-alpine@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
SRCREV_moby = "43fc912ef59a83054ea7f6706df4d53a7dea4d80"
etag: W/"5f3c-18b2a1d9c40"
checksum = "b8f2c1d9e7a6053f4c8d2b1a9e7f6d5c4b3a2918f7e6d5c4b3a29180f1e2d3c4"
- uses: actions/checkout@b4ffde65f46336ab88eb53be808477a3936bae11 # v4.1.1
<script src="https://cdn.acme.test/app.3f2a9d8c7b6e.js" integrity="sha384-oqVuAfXRKap7fdgcCY5uykM6+R9GqQ8K/uxy9rx7HNQlGYl1kPzQho1wx4JwY8wC" crossorigin="anonymous"></script>
ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGk7TzXqv0mN3yB5cR8dLfW2uHjP9sQeKaVx1tYbZo4i ann@laptop
-----BEGIN PUBLIC KEY-----
-----BEGIN CERTIFICATE-----
data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==
`,
  prose: `
The password must have at least 12 characters and one digit.
Use a bearer token, or basic authentication, for each request.
The secret is to test first; the key is to keep it simple.
Tokens are rotated every 30 days by the credentials manager v2.
Set API_KEY in your environment before you run it.
See https://docs.acme.test/auth/token-exchange#step-2 for details.
ssh git@github.com:acme/app.git
mailto:ann@example.org?subject=password
rate limit: 5,000 requests per hour per token
disk-0123456789abcdef0123456789abcdef is nearly full
task-3f2a9d8c7b6e5f4a3d2c1b0a9f8e7d6c
risk-adjusted-returns-of-the-portfolio-in-2024
The api key: see the vault.
Basic dashboards and basic functionality are done.
"password": "Password is required",
"password_label": "Your new password (min. 8 characters)",
"forgotPassword": "Passwort vergessen?",
"password": "Wachtwoord",
mot de passe : obligatoire
error: invalid token '}' at line 12, column 4
Authorization failed: the token has expired (401)
cookie: none
basic structure of a key-value store in 100 lines
`,
};
